resource "aws_db_instance" "orders" {
  engine            = "postgres"
  # ruleid: terraform-storage-not-encrypted
  storage_encrypted = false
}

resource "aws_ebs_volume" "scratch" {
  size      = 20
  # ruleid: terraform-storage-not-encrypted
  encrypted = false
}

resource "aws_instance" "worker" {
  instance_type = "t3.micro"
  root_block_device {
    # ruleid: terraform-storage-not-encrypted
    encrypted = false
  }
}

resource "aws_rds_cluster" "main" {
  engine            = "aurora-postgresql"
  # ok: terraform-storage-not-encrypted
  storage_encrypted = true
}

resource "aws_ebs_volume" "chosen" {
  size      = 20
  # ok: terraform-storage-not-encrypted
  encrypted = var.encrypted
}

resource "example_message" "hello" {
  # ok: terraform-storage-not-encrypted
  encrypted = false
}
