# Latchkey as an image: the program, certificates of authorities to reach a
# database by TLS, and nothing else.
#
#	docker build -t latchkey .
#	docker run -p 127.0.0.1:8080:8080 -v latchkey:/data latchkey \
#		serve --addr 0.0.0.0:8080 --base-url http://localhost:8080
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOWORK=off go build -trimpath -ldflags='-s -w' -o /out/latchkey ./cmd/latchkey \
	&& mkdir -p /out/volume && mkdir -m 0700 /out/volume/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/latchkey /latchkey
# A new volume takes owner and mode from here. The directory is copied as part of
# another, as some builders give the one they are told to copy a mode of their own.
COPY --from=build --chown=65532:65532 /out/volume/ /
USER 65532:65532
ENV LATCHKEY_DATA=/data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/latchkey"]
CMD ["serve"]
