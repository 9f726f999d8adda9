resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    # ruleid: terraform-admin-port-open
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }

  ingress {
    from_port        = 3000
    to_port          = 4000
    protocol         = "tcp"
    # ruleid: terraform-admin-port-open
    ipv6_cidr_blocks = ["::/0"]
  }

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    # ok: terraform-admin-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    # ok: terraform-admin-port-open
    cidr_blocks = ["10.0.0.0/8"]
  }

  egress {
    from_port   = 0
    to_port     = 65535
    protocol    = "tcp"
    # ok: terraform-admin-port-open
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "desktop" {
  type              = "ingress"
  from_port         = 3389
  to_port           = 3389
  protocol          = "tcp"
  # ruleid: terraform-admin-port-open
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.web.id
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  # ok: terraform-admin-port-open
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.web.id
}

resource "aws_vpc_security_group_ingress_rule" "shell" {
  security_group_id = aws_security_group.web.id
  from_port         = 20
  to_port           = 25
  ip_protocol       = "tcp"
  # ruleid: terraform-admin-port-open
  cidr_ipv4         = "0.0.0.0/0"
}
