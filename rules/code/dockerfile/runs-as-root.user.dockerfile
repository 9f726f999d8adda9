FROM alpine:3.20
# ok: dockerfile-runs-as-root
USER rooter
ENTRYPOINT ["serve"]
