import ast
import operator

OPERATORS = {"+": operator.add, "-": operator.sub}
VERSION = "1" + "0"


def compute(request, model, frame, source, path):
    # ruleid: python-eval-of-value
    total = eval(request.args["formula"])
    # ruleid: python-eval-of-value
    exec("result = " + request.form["code"], {})
    # ruleid: python-eval-of-value
    price = eval(f"{source} * 2", {"__builtins__": {}})
    # ok: python-eval-of-value
    model.eval()
    # ok: python-eval-of-value
    frame.eval("a + b")
    # ok: python-eval-of-value
    version = eval(VERSION)
    # ok: python-eval-of-value
    values = ast.literal_eval(source)
    # ok: python-eval-of-value
    exec(compile(source, path, "exec"), {})
    # ok: python-eval-of-value
    exec(model.code, model.module.__dict__)
    # ok: python-eval-of-value
    result = OPERATORS[request.args["operator"]](1, 2)
    return total, price, version, values, result
