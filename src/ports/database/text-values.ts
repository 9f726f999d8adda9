import { databaseError } from './database.ts';

/**
 * Values as PostgreSQL writes them (text format) and as this port gives them; both adapters read through this table, so that they cannot
 * differ. It is right for `DateStyle=ISO`, `IntervalStyle=postgres` and `bytea_output=hex`, which adapters set on every connection.
 */
export type ParseValue = (text: string) => unknown;

const wholeNumber: ParseValue = (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw databaseError(`${text} is more than a number can hold exactly: cast it to text`, { code: '22003' });
  return value;
};

/** `2026-11-22 06:09:30.123456+00`; years beyond 9999 and BC included. Date holds milliseconds: what is finer is cut off. */
const timestampPattern = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;
const instant: ParseValue = (text) => {
  const match = timestampPattern.exec(text);
  if (match === null) throw databaseError(`${text} is no instant that a Date can hold: cast it to text`, { code: '22008' });
  const at = (index: number): number => Number(match[index] ?? 0);
  const year = match[12] === undefined ? at(1) : 1 - at(1);
  const milliseconds = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000 + 1e-9);
  const time = new Date(0);
  time.setUTCFullYear(year, at(2) - 1, at(3));
  time.setUTCHours(at(4), at(5), at(6), milliseconds);
  const offsetMs = ((at(9) * 60 + at(10)) * 60 + at(11)) * 1000;
  return new Date(time.getTime() - (match[8] === '-' ? -offsetMs : offsetMs));
};

const bytes: ParseValue = (text) => {
  if (!text.startsWith('\\x')) throw databaseError('bytea is expected in hexadecimal form', { code: '22P03' });
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
};

const json: ParseValue = (text) => JSON.parse(text);
const asText: ParseValue = (text) => text;

/** Reads `{1,NULL,"a\"b",{…}}`; bounds in front (`[0:1]={…}`) are dropped, as arrays here start at 0. */
const arrayOf =
  (parseElement: ParseValue): ParseValue =>
  (text) => {
    let at = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
    const element = (): unknown => {
      if (text[at] === '{') return list();
      if (text[at] !== '"') {
        const start = at;
        while (at < text.length && text[at] !== ',' && text[at] !== '}') at += 1;
        const bare = text.slice(start, at);
        return bare === 'NULL' ? null : parseElement(bare);
      }
      let quoted = '';
      for (at += 1; at < text.length && text[at] !== '"'; at += 1) {
        if (text[at] === '\\') at += 1;
        quoted += text[at] ?? '';
      }
      at += 1;
      return parseElement(quoted);
    };
    const list = (): unknown[] => {
      const values: unknown[] = [];
      at += 1;
      while (at < text.length && text[at] !== '}') {
        values.push(element());
        if (text[at] === ',') at += 1;
      }
      at += 1;
      return values;
    };
    return list();
  };

/** Type, its OID, the OID of its array. A type that is not here comes back as the text the server writes. */
const types: readonly (readonly [name: string, oid: number, arrayOid: number, parse: ParseValue])[] = [
  ['bool', 16, 1000, (text) => text === 't'],
  ['bytea', 17, 1001, bytes],
  ['name', 19, 1003, asText],
  ['int8', 20, 1016, wholeNumber],
  ['int2', 21, 1005, wholeNumber],
  ['int4', 23, 1007, wholeNumber],
  ['text', 25, 1009, asText],
  ['oid', 26, 1028, wholeNumber],
  ['json', 114, 199, json],
  ['float4', 700, 1021, Number],
  ['float8', 701, 1022, Number],
  ['bpchar', 1042, 1014, asText],
  ['varchar', 1043, 1015, asText],
  ['date', 1082, 1182, asText],
  ['timestamp', 1114, 1115, asText],
  ['timestamptz', 1184, 1185, instant],
  ['interval', 1186, 1187, asText],
  ['numeric', 1700, 1231, asText],
  ['uuid', 2950, 2951, asText],
  ['jsonb', 3802, 3807, json],
];

const parsers: ReadonlyMap<number, ParseValue> = new Map(
  types.flatMap(([, oid, arrayOid, parse]) => [[oid, parse] as const, [arrayOid, arrayOf(parse)] as const]),
);

export const parserOf = (typeOid: number): ParseValue => parsers.get(typeOid) ?? asText;

/**
 * What every connection is set to: the forms above, times in UTC. Statements of a server are short; compiling one to machine code (`jit`) costs
 * more than it saves, and is done for those whose rows the planner overestimates.
 */
export const sessionSettings = { DateStyle: 'ISO', IntervalStyle: 'postgres', TimeZone: 'UTC', bytea_output: 'hex', jit: 'off' } as const;
