import { openTestStore, removeTestFolders, testFolder } from '#test/unit/store/testFiles.ts';
import { storeContract } from '#test/unit/store/storeContract.ts';

describe('store on a file', () => {
  after(removeTestFolders);

  storeContract(() => openTestStore(testFolder()));
});
