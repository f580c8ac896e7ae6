#!/bin/sh
# Makes every certificate of this folder anew; see README.md. Needs OpenSSL 3.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
new_key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
from=20200101000000Z
until=21200101000000Z

authority() { # name, subject
  openssl req -x509 $new_key -days 36500 -subj "$2" -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$work/$1.key" -out "$1.pem"
}

leaf() { # name, subject, extensions
  mkdir "$work/$1"
  touch "$work/$1/index.txt"
  printf '[ca]\ndefault_ca=own\n[own]\ndatabase=%s\nnew_certs_dir=%s\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n' \
    "$work/$1/index.txt" "$work/$1" > "$work/$1.conf"
  printf '[any]\norganizationName=optional\norganizationalUnitName=optional\ncommonName=supplied\n[leaf]\n%s\n' \
    "$3" >> "$work/$1.conf"
  openssl req -new $new_key -subj "$2" -keyout "$work/$1.key" -out "$work/$1.csr"
  openssl ca -batch -notext -config "$work/$1.conf" -extensions leaf -startdate $from -enddate $until \
    -cert ca.pem -keyfile "$work/ca.key" -in "$work/$1.csr" -out "$work/$1.crt"
  cat "$work/$1.crt" "$work/$1.key" > "$1.pem"
}

authority ca "/O=Torana tests/CN=Test authority"
authority other_ca "/O=Torana tests/CN=Other authority"
server="/O=Torana tests/OU=Servers"
local_names="subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
leaf server "$server/CN=localhost" "$local_names
extendedKeyUsage=serverAuth,clientAuth"
leaf other_host "$server/CN=db.example.com" "subjectAltName=DNS:db.example.com
extendedKeyUsage=serverAuth,clientAuth"
leaf client "/O=Torana tests/OU=Clients/CN=alice" "extendedKeyUsage=clientAuth"

until=20200102000000Z
leaf expired "$server/CN=localhost" "$local_names
extendedKeyUsage=serverAuth"

# Without extensions a certificate is of version 1.
openssl x509 -req -in "$work/client.csr" -CA ca.pem -CAkey "$work/ca.key" -days 36500 -out "$work/v1.crt"
cat "$work/v1.crt" "$work/client.key" > client_v1.pem

# The password of both is "secret".
openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret -in "$work/client.key" -out "$work/pkcs8.key"
cat "$work/client.crt" "$work/pkcs8.key" > client_encrypted.pem
openssl ec -aes256 -passout pass:secret -in "$work/client.key" -out "$work/sec1.key"
cat "$work/client.crt" "$work/sec1.key" > client_encrypted_sec1.pem
