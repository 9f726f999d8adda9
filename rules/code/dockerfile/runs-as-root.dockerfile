FROM alpine:3.20
# ok: dockerfile-runs-as-root
USER root
RUN apk add --no-cache curl
USER app
CMD ["serve"]
