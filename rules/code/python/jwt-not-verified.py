import jwt


def claims_of(token, key, keys):
    # ruleid: python-jwt-not-verified
    first = jwt.decode(token, options={"verify_signature": False})
    # ruleid: python-jwt-not-verified
    second = jwt.decode(token, key, algorithms=["HS256", "none"])
    # ruleid: python-jwt-not-verified
    third = jwt.decode(token, verify=False)
    # ok: python-jwt-not-verified
    fourth = jwt.decode(token, key, algorithms=["EdDSA"])
    # ok: python-jwt-not-verified
    fifth = jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False})
    # ok: python-jwt-not-verified
    header = jwt.get_unverified_header(token)
    # ok: python-jwt-not-verified
    sixth = jwt.decode(token, keys[header["kid"]], algorithms=["RS256"], options={"verify_signature": True})
    return first, second, third, fourth, fifth, sixth
