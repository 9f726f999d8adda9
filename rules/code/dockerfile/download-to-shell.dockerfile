FROM debian:12
# ruleid: dockerfile-download-to-shell
RUN curl -fsSL https://get.example.com/install.sh | sh
# ruleid: dockerfile-download-to-shell
RUN wget -qO- https://get.example.com/setup | sudo -E bash -
# ruleid: dockerfile-download-to-shell
RUN bash <(curl -s https://get.example.com/tool.sh)
# ruleid: dockerfile-download-to-shell
RUN curl -sSL https://get.example.com/install.py | python3 -
# ok: dockerfile-download-to-shell
RUN curl -fsSLo install.sh https://get.example.com/install.sh && sha256sum -c install.sha256 && sh install.sh
# ok: dockerfile-download-to-shell
RUN curl -fsSL https://get.example.com/tool.tgz | tar xz -C /opt
# ok: dockerfile-download-to-shell
RUN curl -s https://api.example.com/releases | python3 -m json.tool
# ok: dockerfile-download-to-shell
RUN wget -q https://get.example.com/list.txt; sort list.txt | sh-filter
