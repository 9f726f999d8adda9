FROM golang:1.24 AS build
# ok: dockerfile-runs-as-root
USER root
RUN make

FROM gcr.io/distroless/static:nonroot
COPY --from=build /app /app
