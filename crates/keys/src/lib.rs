//! One Signer: software key, PKCS#11; sealing of secrets.
