FROM debian:12
# ruleid: dockerfile-verification-off
RUN curl -fkL https://mirror.example.com/tool.tgz -o tool.tgz
# ruleid: dockerfile-verification-off
RUN wget --no-check-certificate https://mirror.example.com/tool.tgz
# ruleid: dockerfile-verification-off
RUN apt-get install -y --allow-unauthenticated tool
# ruleid: dockerfile-verification-off
RUN npm config set strict-ssl false
# ok: dockerfile-verification-off
RUN curl -fsSL https://mirror.example.com/tool-k.tgz -o tool.tgz
# ok: dockerfile-verification-off
RUN apt-get install -y --no-install-recommends ca-certificates
# ok: dockerfile-verification-off
RUN curl -fsSL https://mirror.example.com/tool.tgz | tar -xk
# ok: dockerfile-verification-off
RUN npm config set strict-ssl true
