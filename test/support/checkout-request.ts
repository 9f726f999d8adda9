import { type CheckoutBudgets, type CheckoutRequest, defaultBudgets } from '../../src/ports/checkout/checkout.ts';

export type CheckoutWishes = Partial<Omit<CheckoutRequest, 'budgets'>> & { readonly budgets?: Partial<CheckoutBudgets> };

/** A request for a target as a person would make it who asks for nothing special. */
export const checkoutRequest = (target: string, { budgets, ...wishes }: CheckoutWishes = {}): CheckoutRequest => ({
  target,
  history: false,
  allowHosts: [],
  offline: false,
  exclude: [],
  includeIgnored: false,
  ...wishes,
  budgets: { ...defaultBudgets, ...budgets },
});
