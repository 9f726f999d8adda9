const pairsOf = (lines: readonly string[]): ReadonlySet<string> => new Set(lines.join(' ').split(' '));

/** Pairs of letters English text is made of: the 80 commonest, which tell nothing, and the next 180. */
const commonest = pairsOf([
  'ac al am an ar as at ca ce ch co ct de di ea ec ed en er es et fo ge gi ha he hi ht ic il in io is it le li ll lo ma me nc nd ne',
  'ng no ns nt od of om on op or ou pa pe pr ps ra re ri ro rs se si so st ta te th ti to tr ts tt un ur us ut ve',
]);
const common = pairsOf([
  'ab ad af ag ai ak ap au av aw ay ba be bi bj bl bo br bu by cc ci ck cl cr cs cu da dd do dr ds du eb ee ef eg ei el em eo ep eq',
  'ev ew ex ey fa fe ff fi fr ft fu fy ga gh gl gn gr gu ho hr hu ia ib id ie if ig im ip ir iv iz je js ka ke ki ks la ld ls lt lu',
  'lv ly mb mg mi ml mm mo mp ms mu na nf ni nl np nu nv ny oa ob oc og ok ol oo os ot ov ow pi pl pm po pp pt pu py qu rc rd rf rg',
  'rk rl rm rn rr rt ru ry sa sc sh sl sp ss su sy tc tl tp tu tw ty ua ub uc ud ue ug ui ul um up va vi wa we wh wi wn wo wr ws ww',
  'xa xp xt yn yo yp ys ze',
]);

const neutral = /[_\-\s./:=]/;
/** Shorter texts are never told from words. */
const minLength = 11;
/** Surprise a pair, on average, from which a text is no longer made of words. Words and names stay below 0.6, random texts above 1. */
const minSurprise = 0.9;
/** What follows says the same. */
const maxRead = 1_000;

const surpriseOf = (pair: string): number => {
  const first = pair[0] ?? '';
  const second = pair[1] ?? '';
  if (first === second) return /\d/.test(first) ? 0.5 : 0;
  if (neutral.test(pair) || commonest.has(pair)) return 0;
  return common.has(pair) ? 1 : 2;
};

/**
 * `metavariable-analysis: entropy`: whether a text looks random and not like words, judged by how its pairs of characters compare with
 * those of English. Random letters, digits and hexadecimal are; words, names and paths are not.
 */
export const isHighEntropy = (text: string): boolean => {
  if (text.length < minLength) return false;
  const read = text.slice(0, maxRead).toLowerCase();
  let surprise = 0;
  for (let at = 0; at + 1 < read.length; at += 1) surprise += surpriseOf(read.slice(at, at + 2));
  return surprise / (read.length - 1) >= minSurprise;
};
