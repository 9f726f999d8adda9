FROM alpine:3.20
# ruleid: dockerfile-runs-as-root
USER root
ENTRYPOINT ["serve"]
