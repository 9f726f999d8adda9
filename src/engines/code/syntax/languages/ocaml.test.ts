import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFinder, type PatternFinder } from '../../../../../test/support/pattern-finder.ts';
import { openParser, outline } from '../../../../../test/support/syntax-outline.ts';
import { shapeCode } from '../shape.ts';
import { childrenOf } from '../tree.ts';
import { ocaml } from './ocaml.ts';

let parser: Awaited<ReturnType<typeof openParser>>;
let finder: PatternFinder;
beforeAll(async () => {
  parser = await openParser(ocaml);
  finder = await openFinder(ocaml);
});
afterAll(() => {
  parser.close();
  finder.close();
});

const read = (source: string): string => {
  const tree = parser.parse(`${source}\n`);
  expect(tree.hasErrors).toBe(false);
  return childrenOf(tree, 0)
    .map((row) => outline(tree, row).replace(/^expression_statement\((.*)\)$/, '$1'))
    .join('\n');
};

describe('definitions of OCaml', () => {
  it.each([
    ['let x = 1', 'variable(target:x value:1)'],
    ['let x : int = 1 and y = 2', 'variable(target:x type:int value:1)\nvariable(target:y value:2)'],
    ['let rec f x () : t = y', 'function(name:f parameters:parameters(parameter(name:x) parameter(name:())) returnType:t body:y)'],
    ['let f = fun x -> y', 'function(name:f parameters:parameters(parameter(name:x)) body:y)'],
    [
      'let f ?(a = 1) ~b ~c:(d : t) = ()',
      'function(name:f parameters:parameters(parameter(optional:? name:a value:1) parameter(name:b) parameter(optional:c name:d type:t)) body:())',
    ],
    ['let () = f x', 'assignment(target:() value:call(callee:f arguments:arguments(x)))'],
    ['let (a, b) = c', 'assignment(target:tuple_pattern(a b) value:c)'],
    ['let f = function A -> 1', 'function(name:f body:match_expression(optional:match_case(condition:A body:1) condition:))'],
    ['module L = List', 'import(name:L List)'],
    ['module M = struct let x = 1 end', 'class(name:M body:class_body(variable(target:x value:1)))'],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe('expressions of OCaml', () => {
  it.each([
    ['f x "y" 1', 'call(callee:f arguments:arguments(x "y" 1))'],
    ['(f x) y', 'call(callee:call(callee:f arguments:arguments(x)) arguments:arguments(y))'],
    ['f ~a:1 ~b', 'call(callee:f arguments:arguments(keyword_argument(name:a value:1) keyword_argument(name:b value:b)))'],
    ['M.N.f x.a', 'call(callee:member(object:member(object:M property:N) property:f) arguments:arguments(member(object:x property:a)))'],
    ['Some x', 'construction(callee:Some arguments:arguments(x))'],
    ['Node (l, r)', 'construction(callee:Node arguments:arguments(l r))'],
    [
      'let x = 1 in f x; g x',
      'block(variable(target:x value:1) block(call(callee:f arguments:arguments(x)) call(callee:g arguments:arguments(x))))',
    ],
    ['if a then b else (c; d)', 'if(condition:a body:b alternative:block(c d))'],
    ['x := !y + 1', 'binary(left:x operator::= right:binary(left:unary(operator:! value:y) operator:+ right:1))'],
    ['x.a <- 1', 'assignment(target:member(object:x property:a) value:1)'],
    ['{ r with a = 1; b }', 'record(object:r pair(key:a value:1) pair(key:b value:b))'],
    ['[1; (2)]', 'list(1 2)'],
    ['o#m a.(0)', 'call(callee:member(object:o property:m) arguments:arguments(index(object:a index:0)))'],
    [
      'try f x with E y when z -> w',
      'try_expression(body:call(callee:f arguments:arguments(x)) optional:match_case(condition:construction(callee:E arguments:arguments(y)) guard(z) body:w))',
    ],
  ])('%s', (source, expected) => {
    expect(read(source)).toBe(expected);
  });
  it('says nothing of comments and attributes', () => {
    expect(read('let[@inline] f x = (* why *) x [@@deprecated "x"]')).toBe(read('let f x = x'));
  });
});

describe('strings and modules of OCaml', () => {
  it('finds the content between the quotes', () => {
    const tree = parser.parse('f "a\\n" {|b"|} {sql|c|sql} ""\n');
    const rows = [...tree.shape.keys()].filter((row) => tree.shape[row] === shapeCode.string);
    expect(rows.map((row) => ocaml.stringContent(tree, row)?.text)).toEqual(['a\\n', 'b"', 'c', '']);
  });
  it('knows a module by its other name', () => {
    expect(finder.find('Queue.pop', 'module Q = Queue\nlet x = Q.pop jobs\nlet y = R.pop jobs')).toEqual(['Q.pop']);
  });
  it('takes a name that stands alone for one of any module that is open', () => {
    const text = 'open Filename\nopen Queue\nlet x = pop jobs\nlet y = chop name\nlet z = jobs.pop';
    expect(finder.find('Queue.pop', text)).toEqual(['pop']);
    expect(finder.find('Filename.chop $X', text)).toEqual(['chop name']);
    expect(finder.find('Stack.pop', text)).toEqual([]);
    // Nothing says that a name is of a module that is not named.
    expect(finder.find('$M.chop', text)).toEqual([]);
  });
  it('leaves what is open in one expression to that expression', () => {
    expect(finder.find('Queue.pop', 'let x = let open Queue in size jobs\nlet y = pop jobs')).toEqual([]);
  });
});

describe('patterns of OCaml', () => {
  it.each([
    ['save $X', 'let a = save 1\nlet b = save 1 2', ['save 1']],
    ['save ... ~mode:$M ...', 'save x ~mode:1;; save ~mode y;; save x', ['save x ~mode:1', 'save ~mode y']],
    ['save $...ALL 3', 'save 1 2 3', ['save 1 2 3']],
    ['let $X = $E in ...', 'let f () = let a = g () in h a', ['let a = g () in h a']],
    ['let $X = open_it $E in close $X', 'let a = open_it b in close a;; let a = open_it b in close b', ['let a = open_it b in close a']],
    ['let $F ... = ...', 'let a = 1\nlet f x y = 2', ['let f x y = 2']],
    ['if $C then $A else $A', 'if x then f y else f y;; if x then f y else f z;; if x then f y', ['if x then f y else f y']],
    ['if $C then ...', 'if x then y;; if x then y else z', ['if x then y', 'if x then y else z']],
    ['match ... with | None -> ...', 'match x with Some y -> y | None -> 0', ['match x with Some y -> y | None -> 0']],
    ['match $X with None -> ...', 'List.map (function Some y -> y | None -> 0) l', ['function Some y -> y | None -> 0']],
    ['try ... with ... -> ...', 'try f x with A -> 1 | B -> 2', ['try f x with A -> 1 | B -> 2']],
    ['$X := !$X + 1', 'n := !n + 1;; n := !m + 1', ['n := !n + 1']],
    ['lock (); ...; unlock ()', 'let f () = lock (); work (); unlock (); rest ()', ['lock (); work (); unlock ()']],
    ['run (<... input () ...>)', 'run ("a" ^ input ());; run "a"', ['run ("a" ^ input ())']],
    ['List.iter (fun $X -> ...) $L', 'List.iter (fun a -> b a; c) d', ['List.iter (fun a -> b a; c) d']],
    ['raise (Failure "...")', 'raise (Failure "x");; raise (Failure x);; raise Exit', ['raise (Failure "x")']],
    ['{ secure = false; ... }', 'f { a = 1; secure = false }', ['{ a = 1; secure = false }']],
    ['run "=~/^rm /"', 'run "rm x";; run "ls"', ['run "rm x"']],
    ['use ($X : conn)', 'let f (c : conn) d = use c; use d', ['use c']],
    ['$M.unsafe_get', 'Array.unsafe_get a 0', ['Array.unsafe_get']],
    ["let x' = $V", "let x' = 'a'", ["x' = 'a'"]],
    ['open $M', 'open Str', ['open Str']],
    ['f $X (* why *) ...', 'f 1 2', ['f 1 2']],
  ])('%s', (pattern, text, expected) => {
    expect(finder.find(pattern, text).map((found) => found.trim())).toEqual(expected);
  });
  it('binds what the name stands for where it is all that is written', () => {
    expect(finder.bound('f ~mode:$M', 'f ~mode', '$M')).toEqual(['mode']);
    expect(finder.bound('{ a = $X }', '{ a }', '$X')).toEqual(['a']);
  });
});
