FROM alpine:3.20
# ok: dockerfile-runs-as-root
USER app
RUN make
# ruleid: dockerfile-runs-as-root
USER root
CMD ["serve"]
