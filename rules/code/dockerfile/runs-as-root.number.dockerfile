FROM alpine:3.20
# ruleid: dockerfile-runs-as-root
USER 0:0
CMD ["serve"]
