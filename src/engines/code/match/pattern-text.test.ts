import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openParser, outline } from '../../../../test/support/syntax-outline.ts';
import type { Language } from '../syntax/language.ts';
import { go } from '../syntax/languages/go.ts';
import { java } from '../syntax/languages/java.ts';
import { javascript } from '../syntax/languages/javascript.ts';
import { python } from '../syntax/languages/python.ts';
import { readPattern } from './pattern-text.ts';

const parsers = new Map<Language, Awaited<ReturnType<typeof openParser>>>();
beforeAll(async () => {
  for (const language of [python, javascript, java, go]) parsers.set(language, await openParser(language));
});
afterAll(() => {
  for (const { close } of parsers.values()) close();
});

const parserOf = (language: Language) => {
  const parser = parsers.get(language);
  if (parser === undefined) throw new Error(`no parser for ${language.id}`);
  return parser;
};

/** The roots in one line each, or the problem. */
const read = (language: Language, source: string): string => {
  const pattern = readPattern(source, language, parserOf(language).parse);
  if ('problem' in pattern) return pattern.problem;
  return pattern.roots.map((root) => outline(pattern.tree, root, pattern.marks).replace(/^value:/, '')).join('\n');
};

describe('placeholders', () => {
  it('become marks on the rows they stand for', () => {
    expect(read(python, 'open($PATH, ..., mode=$M, $...REST)')).toBe(
      'call(callee:open arguments:arguments(<metavariable $PATH> <ellipsis> keyword_argument(name:mode value:<metavariable $M>) <ellipsis_metavariable $...REST>))',
    );
  });
  it('are only names in capitals: others are the language’s own', () => {
    expect(read(javascript, 'f($el, $_, $X1, $Xy)')).toBe(
      'call(callee:f arguments:arguments($el <metavariable $_> <metavariable $X1> $Xy))',
    );
  });
  it('stand for methods of a chain', () => {
    expect(read(java, '$X. ... .run(...)')).toBe(
      'call(callee:member(object:member(object:<metavariable $X> property:<ellipsis>) property:run) arguments:arguments(<ellipsis>))',
    );
    expect(read(javascript, 'a.....b()')).toBe(read(javascript, 'a. ... .b()'));
  });
  it('leave spreads and variable arguments alone', () => {
    expect(read(javascript, 'f(...$ARGS, ...)')).toBe('call(callee:f arguments:arguments(spread(... <metavariable $ARGS>) <ellipsis>))');
    expect(read(go, 'f($ARGS...)')).toBe('call(callee:f arguments:arguments(spread(<metavariable $ARGS>)))');
    expect(read(java, 'void f(String... args) { ... }')).toContain('parameter(type:String optional:... name:args)');
  });
  it('are key and value where they are short for a key and its value', () => {
    expect(read(javascript, 'const { ..., $X } = $Y')).toContain('pair(key:<metavariable $X> value:<metavariable $X>)');
    expect(read(javascript, '({ $X: $Y })')).toContain('pair(key:<metavariable $X> value:<metavariable $Y>)');
  });
  it('may be whole patterns', () => {
    expect(read(python, '$X')).toBe('<metavariable $X>');
    expect(read(python, '...')).toBe('<ellipsis>');
    expect(read(java, '$X')).toBe('<metavariable $X>');
  });
});

describe('deep expressions', () => {
  it('have the inner expression as their only child', () => {
    expect(read(python, '<... f($X, ...) ...>')).toBe('<deep>(call(callee:f arguments:arguments(<metavariable $X> <ellipsis>)))');
    expect(read(java, 'if (<... $X.isAdmin() ...>) { ... }')).toBe(
      'if(condition:<deep>(call(callee:member(object:<metavariable $X> property:isAdmin) arguments:arguments())) body:block(<ellipsis>))',
    );
    expect(read(java, '$T $F() { ... <... $X.exit(...) ...>; }')).toContain(
      'block(<ellipsis> <deep>(call(callee:member(object:<metavariable $X> property:exit) arguments:arguments(<ellipsis>))))',
    );
  });
});

describe('strings', () => {
  it('are told by their whole content', () => {
    expect(read(java, 'f("...", "$X", "=~/a\\.b/i", "a $X ...")')).toBe(
      'call(callee:f arguments:arguments(<any_string> <string_metavariable $X> <string_regex (?i)a\\.b> "a $X ..."))',
    );
    expect(read(python, "f('''...''', r'=~/^\\d+$/')")).toBe('call(callee:f arguments:arguments(<any_string> <string_regex ^\\d+$>))');
  });
  it('hold code between the signs of the language', () => {
    expect(read(python, 'f"...{$X}..."')).toBe('string(<ellipsis> interpolation(value:<metavariable $X>) <ellipsis>)');
    expect(read(javascript, '`...${f(...)}`')).toBe(
      'string(<ellipsis> template_substitution(value:call(callee:f arguments:arguments(<ellipsis>))))',
    );
  });
  it('may be regular expressions of JavaScript', () => {
    expect(read(javascript, '/.../.test($X)')).toBe(
      'call(callee:member(object:regex(value:<ellipsis>) property:test) arguments:arguments(<metavariable $X>))',
    );
  });
  it('and comments do not open brackets', () => {
    expect(read(python, 'f("(", $X) # it\'s (not\ng(...)')).toBe(
      [
        'expression_statement(call(callee:f arguments:arguments("(" <metavariable $X>)))',
        'expression_statement(call(callee:g arguments:arguments(<ellipsis>)))',
      ].join('\n'),
    );
  });
});

describe('the form of `...`', () => {
  it('is a statement, a parameter, an element of an annotation', () => {
    expect(read(java, '@Get(..., path = "...")\npublic $T $F(..., String $X) {\n  ...\n  return $X;\n}')).toBe(
      'function(decorators:decorator(name:Get arguments:arguments(<ellipsis> keyword_argument(name:path value:<any_string>))) modifiers:public ' +
        'returnType:<metavariable $T> name:<metavariable $F> parameters:parameters(<ellipsis> parameter(type:String name:<metavariable $X>)) ' +
        'body:block(<ellipsis> return(value:<metavariable $X>)))',
    );
  });
  it('is a member of a class', () => {
    expect(read(java, 'class $C { ... int $F; ... void run(...) { ... } }')).toBe(
      'class(name:<metavariable $C> body:class_body(<ellipsis> variable(type:int target:<metavariable $F>) <ellipsis> ' +
        'function(returnType:void name:run parameters:parameters(<ellipsis>) body:block(<ellipsis>))))',
    );
  });
  it('is a pair of a record', () => {
    expect(read(python, '{..., "key": $V, ...}')).toBe('record(<ellipsis> pair(key:"key" value:<metavariable $V>) <ellipsis>)');
  });
  it('is a parameter and not a name that shares the type of the next', () => {
    expect(read(go, 'func $F(..., $W http.ResponseWriter, ...) { ... }')).toBe(
      'function(name:<metavariable $F> parameters:parameters(<ellipsis> parameter(name:<metavariable $W> ' +
        'type:member(object:http property:ResponseWriter)) <ellipsis>) body:block(<ellipsis>))',
    );
  });
  it('is any number of cases', () => {
    const withoutColon = read(go, 'switch $X {\ncase ...\ncase 1:\n  f()\n}');
    expect(withoutColon).toBe(read(go, 'switch $X {\n...\ncase 1:\n  f()\n}'));
    expect(withoutColon).toMatch(/value:<metavariable \$X> optional:<ellipsis> optional:expression_case/);
  });
  it('is any head of a loop', () => {
    expect(read(java, 'for (...) { ... }')).toBe('for_statement(left:<ellipsis> body:block(<ellipsis>))');
  });
  it('is an expression where one is wanted', () => {
    expect(read(java, 'String $X = ... + $Y;')).toBe(
      'variable(type:String target:<metavariable $X> value:binary(left:<ellipsis> operator:+ right:<metavariable $Y>))',
    );
    expect(read(python, 'return ...')).toBe('return(value:<ellipsis>)');
  });
});

describe('metavariables in declarations', () => {
  it('are the name of a parameter, whatever stands around it where they match', () => {
    expect(read(java, '$T $F(..., $X, ...) { ... }')).toContain('parameters(<ellipsis> parameter(name:<metavariable $X>) <ellipsis>)');
  });
  it('may stand for a statement', () => {
    expect(read(java, 'if ($C) { $S; }')).toBe('if(condition:<metavariable $C> body:block(<metavariable $S>))');
  });
  it('may have a type', () => {
    expect(read(java, '(java.util.List<String> $L).add($X)')).toBe(
      'call(callee:member(object:<typed $L java.util.List<String>> property:add) arguments:arguments(<metavariable $X>))',
    );
    expect(read(go, '($DB : *sql.DB).Query(...)')).toBe(
      'call(callee:member(object:<typed $DB *sql.DB> property:Query) arguments:arguments(<ellipsis>))',
    );
    expect(read(python, 'wait($T: int)')).toBe('call(callee:wait arguments:arguments(<typed $T int>))');
    expect(read(python, 'def f($T: int): ...')).toContain('parameter(name:<metavariable $T> type:int)');
  });
});

describe('frames', () => {
  it('tell an expression from a statement by its end', () => {
    expect(read(java, 'run($X)')).toBe('call(callee:run arguments:arguments(<metavariable $X>))');
    expect(read(java, 'run($X);')).toBe('expression_statement(call(callee:run arguments:arguments(<metavariable $X>)))');
  });
  it('read several statements in a row, the last one without its end', () => {
    expect(read(java, '$X = read();\n...\nwrite($X)')).toBe(
      [
        'expression_statement(assignment(target:<metavariable $X> value:call(callee:read arguments:arguments())))',
        '<ellipsis>',
        'expression_statement(call(callee:write arguments:arguments(<metavariable $X>)))',
      ].join('\n'),
    );
  });
  it('read parts that are no file of their own', () => {
    expect(read(java, 'catch ($E $X) { ... }')).toMatch(/^optional:catch_clause\(/);
    expect(read(java, '@Override(...)')).toBe('decorators:decorator(name:Override arguments:arguments(<ellipsis>))');
    expect(read(go, 'case $X: ...')).toMatch(/^optional:expression_case\(/);
  });
  it('take away the indentation of the rule file', () => {
    expect(read(python, '  if $X:\n    ...\n')).toBe('if(condition:<metavariable $X> body:block(<ellipsis>))');
  });
});

describe('what cannot be read', () => {
  it('is a problem that names the pattern', () => {
    expect(read(java, 'for for ($X')).toBe('does not parse as java: for for ($X');
    expect(read(python, '')).toBe('the pattern is empty');
    expect(read(python, 'x'.repeat(30_000))).toBe('the pattern has 30000 characters, more than 20000');
  });
  it('costs a bounded number of parses', () => {
    let parses = 0;
    const source = `${'f(...) { x(...), { ... } '.repeat(20)} )`;
    const outcome = readPattern(source, java, (text) => {
      parses += 1;
      return parserOf(java).parse(text);
    });
    expect('problem' in outcome).toBe(true);
    expect(parses).toBeLessThanOrEqual(200 + java.frames.length);
  });
});
