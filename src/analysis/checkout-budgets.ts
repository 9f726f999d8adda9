import type { Settings } from '../config/schema.ts';
import { type CheckoutBudgets, defaultBudgets } from '../ports/checkout/checkout.ts';

type BudgetSettings = Required<Pick<Settings, 'checkoutTimeoutMs' | 'maxTransferBytes' | 'maxCheckoutBytes' | 'maxFiles' | 'maxFileBytes'>>;

/** What a checkout may cost, as the settings say; the same on the command line and for a worker. */
export const checkoutBudgets = (values: BudgetSettings): CheckoutBudgets => ({
  ...defaultBudgets,
  timeoutMs: values.checkoutTimeoutMs,
  transferBytes: values.maxTransferBytes,
  checkoutBytes: values.maxCheckoutBytes,
  files: values.maxFiles,
  fileBytes: values.maxFileBytes,
});
