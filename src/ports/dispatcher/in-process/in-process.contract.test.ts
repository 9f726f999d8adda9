import { dispatcherContract } from '../dispatcher.contract.ts';
import { openInProcess } from './index.ts';

dispatcherContract('in-process', () => ({ open: (options) => Promise.resolve(openInProcess(options)), joinsProcesses: false }));
