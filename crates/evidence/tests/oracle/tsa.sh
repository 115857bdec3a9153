#!/bin/sh
# A root, a time-stamping unit under it and the root's CRL, made by openssl in the folder $1.
set -eu
cd "$1"
openssl ecparam -name prime256v1 -genkey -noout -out root.key
openssl req -new -x509 -key root.key -days 7300 -subj "/C=JP/O=Test/CN=Test Root" -out root.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
openssl req -new -newkey rsa:2048 -nodes -keyout tsu.key -subj "/C=JP/O=Test/CN=Test TSU" -out tsu.csr 2>/dev/null
cat > tsu.ext <<EXT
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
EXT
openssl x509 -req -in tsu.csr -CA root.pem -CAkey root.key -set_serial 4660 -days 4000 -sha256 -extfile tsu.ext -out tsu.pem 2>/dev/null
: > index.txt
echo 01 > crlnumber
cat > ca.cnf <<CNF
[ca]
default_ca = d
[d]
database = index.txt
crlnumber = crlnumber
certificate = root.pem
private_key = root.key
default_md = sha256
default_crl_days = 395
crl_extensions = x
[x]
authorityKeyIdentifier = keyid
CNF
cat > ts.cnf <<CNF
[tsa]
default_tsa = t
[t]
serial = serial.txt
signer_cert = tsu.pem
signer_key = tsu.key
certs = tsu.pem
signer_digest = sha256
default_policy = 2.999.2.1
digests = sha256, sha384, sha512
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CNF
echo 01 > serial.txt
openssl ca -config ca.cnf -gencrl -out crl.pem 2>/dev/null
openssl crl -in crl.pem -outform DER -out root.crl
openssl x509 -in tsu.pem -outform DER -out tsu.der
openssl x509 -in root.pem -outform DER -out root.der
