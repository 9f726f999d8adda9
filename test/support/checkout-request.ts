import { type Checkout, type CheckoutBudgets, type CheckoutRequest, defaultBudgets } from '../../src/ports/checkout/checkout.ts';

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

/** What an opening that should fail was refused with; undefined when it was not, and then nothing of it is left. */
export const refusalOf = (opening: Promise<Checkout>): Promise<unknown> =>
  opening.then(
    async (checkout) => {
      await checkout.dispose();
      return undefined;
    },
    (thrown: unknown) => thrown,
  );
