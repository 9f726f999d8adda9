import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, type TableReader } from '../../../../../test/support/table-reader.ts';
import { bash } from './bash.ts';

let table: TableReader;
beforeAll(async () => {
  table = await openTable(bash);
});
afterAll(() => table.close());

describe('code in Bash', () => {
  it.each([
    ['curl -s x | bash > y', 'pipeline(command(curl -s x) command(bash) optional:file_redirect(> y))'],
    ['a | b | c', 'pipeline(command(a) command(b) optional:command(c))'],
    ['A=1 b "$c" ${d%e}', 'command(b string(expansion(c)) expansion(d optional:% optional:e))'],
    ['for i in a b; do f; done', 'for_statement(target:i value:a value:b body:block(command(f)))'],
  ])('%s', (source, expected) => {
    expect(table.file(source)).toBe(expected);
  });
});

describe('patterns in Bash', () => {
  it.each([
    ['... bash <(curl ...)', 'command(<ellipsis> bash process_substitution(<( command(curl <ellipsis>)))'],
    ['... -c "$(curl ...)"', 'command(<ellipsis> -c string(command_substitution(command(curl <ellipsis>))))'],
    ['$(ls ...)', 'value:command_substitution(command(ls <ellipsis>))'],
    ['... ...${$V}... ...', 'command(<ellipsis> concatenation(<ellipsis> expansion(<metavariable $V>) <ellipsis>) <ellipsis>)'],
    ['IFS=...', 'assignment(target:IFS value:<ellipsis>)'],
  ])('%s', (source, expected) => {
    expect(table.pattern(source)).toBe(expected);
  });
});

describe('strings of Bash', () => {
  it('finds the content between the quotes', () => {
    expect(table.strings(`f "a" 'b'`)).toEqual(['a', 'b']);
  });
});
