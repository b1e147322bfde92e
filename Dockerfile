# TMI's image: docker build -t tmi .   For another architecture: docker buildx build --platform linux/arm64 .
# The engine is C++, so each architecture is built on itself or in its emulation.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /tmi ./cmd/tmi

# Airflow with the DAGs and the program beside it: docker build --target airflow -t tmi-airflow .
FROM apache/airflow:3.3.2-python3.11 AS airflow
COPY --from=build /tmi /usr/local/bin/tmi
COPY --chown=airflow:root airflow/dags /opt/airflow/dags
COPY airflow/pools.json /opt/airflow/pools.json

FROM debian:bookworm-20241016-slim AS tmi
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libstdc++6 && rm -rf /var/lib/apt/lists/*
COPY --from=build /tmi /usr/local/bin/tmi
COPY deploy/compose/healthy /usr/local/bin/healthy
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/tmi"]
CMD ["serve", "--addr", "0.0.0.0:8080"]
