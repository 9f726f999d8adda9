const OPERATORS = { '+': (a, b) => a + b, '-': (a, b) => a - b };

function compute(request, model, name) {
  // ruleid: javascript-eval-of-value
  const total = eval(request.query.formula);
  // ruleid: javascript-eval-of-value
  const price = new Function('amount', `return ${request.body.formula}`);
  // ruleid: javascript-eval-of-value
  setTimeout('show(' + name + ')', 100);
  // ok: javascript-eval-of-value
  const root = new Function('return this')();
  // ok: javascript-eval-of-value
  setTimeout(() => show(name), 100);
  // ok: javascript-eval-of-value
  setTimeout(show, 100, name);
  // ok: javascript-eval-of-value
  model.eval(name);
  // ok: javascript-eval-of-value
  const result = OPERATORS[request.query.operator](1, 2);
  // ok: javascript-eval-of-value
  const data = JSON.parse(request.body);
  return [total, price, root, result, data];
}
