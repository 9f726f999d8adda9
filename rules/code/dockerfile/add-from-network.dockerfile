FROM debian:12
# ruleid: dockerfile-add-from-network
ADD https://get.example.com/tool.tgz /opt/tool.tgz
# ruleid: dockerfile-add-from-network
ADD http://mirror.example.com/list.txt /etc/list.txt
# ruleid: dockerfile-add-from-network
ADD --chown=app:app https://get.example.com/agent /usr/local/bin/agent
# ok: dockerfile-add-from-network
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://get.example.com/tool.tgz /opt/tool.tgz
# ok: dockerfile-add-from-network
ADD rootfs.tar.gz /
# ok: dockerfile-add-from-network
COPY https.conf /etc/https.conf
