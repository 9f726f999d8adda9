resource "aws_s3_bucket" "site" {
  bucket = "example-site"
  # ruleid: terraform-public-bucket
  acl    = "public-read"
}

resource "aws_s3_bucket_acl" "drop" {
  bucket = aws_s3_bucket.drop.id
  # ruleid: terraform-public-bucket
  acl    = "public-read-write"
}

resource "aws_s3_bucket_acl" "shared" {
  bucket = aws_s3_bucket.shared.id
  # ruleid: terraform-public-bucket
  acl    = "authenticated-read"
}

resource "aws_s3_bucket" "logs" {
  bucket = "example-logs"
  # ok: terraform-public-bucket
  acl    = "log-delivery-write"
}

resource "aws_s3_bucket_acl" "private" {
  bucket = aws_s3_bucket.private.id
  # ok: terraform-public-bucket
  acl    = "private"
}

resource "example_queue" "news" {
  # ok: terraform-public-bucket
  acl = "public-read"
}

resource "google_storage_bucket_iam_member" "all" {
  bucket = google_storage_bucket.site.name
  role   = "roles/storage.objectViewer"
  # ruleid: terraform-public-bucket-grant
  member = "allUsers"
}

resource "google_storage_bucket_iam_binding" "several" {
  bucket  = google_storage_bucket.site.name
  role    = "roles/storage.objectAdmin"
  # ruleid: terraform-public-bucket-grant
  members = ["group:team@example.com", "allAuthenticatedUsers"]
}

resource "google_storage_bucket_access_control" "control" {
  bucket = google_storage_bucket.site.name
  role   = "READER"
  # ruleid: terraform-public-bucket-grant
  entity = "allUsers"
}

resource "google_storage_bucket_iam_member" "one" {
  bucket = google_storage_bucket.site.name
  role   = "roles/storage.objectViewer"
  # ok: terraform-public-bucket-grant
  member = "serviceAccount:reader@example.iam.gserviceaccount.com"
}

resource "google_storage_bucket_iam_binding" "group" {
  bucket  = google_storage_bucket.site.name
  role    = "roles/storage.objectViewer"
  # ok: terraform-public-bucket-grant
  members = ["group:team@example.com"]
}

resource "google_cloud_run_service_iam_member" "front" {
  service = google_cloud_run_service.front.name
  role    = "roles/run.invoker"
  # ok: terraform-public-bucket-grant
  member  = "allUsers"
}
