import { memoryStore } from '#test/support/memoryStore.ts';
import { storeContract } from '#test/unit/store/storeContract.ts';

describe('store in memory', () => {
  storeContract(memoryStore);
});
