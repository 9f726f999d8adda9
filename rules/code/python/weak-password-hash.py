import hashlib


def store(user, password, salt, payload):
    # ruleid: python-weak-password-hash
    user.digest = hashlib.md5(password.encode()).hexdigest()
    # ruleid: python-weak-password-hash
    user.digest = hashlib.sha256(salt + user.raw_password.encode("utf-8")).hexdigest()
    # ruleid: python-weak-password-hash
    user.digest = hashlib.new("sha1", password.encode()).hexdigest()
    state = hashlib.sha512()
    # ruleid: python-weak-password-hash
    state.update(password.encode())
    # ok: python-weak-password-hash
    user.digest = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
    # ok: python-weak-password-hash
    user.digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)
    # ok: python-weak-password-hash
    etag = hashlib.sha256(payload).hexdigest()
    # ok: python-weak-password-hash
    file_id = hashlib.md5(user.password_changed_at.isoformat().encode()).hexdigest()
    return etag, file_id
