def may(user, role):
    # ruleid: regex-hidden-text-direction
    if user.role != "admin‮ ⁦":
        return False
    # ruleid: regex-hidden-text-direction
    label = "‫right to left‬"
    # ruleid: regex-hidden-text-direction
    isolated = role + "⁧"
    # ok: regex-hidden-text-direction
    arabic = "مرحبا"
    # ok: regex-hidden-text-direction
    escaped = "\u202e"
    # ok: regex-hidden-text-direction
    joined = "​"
    return label, isolated, arabic, escaped, joined
