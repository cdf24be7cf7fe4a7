import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { storeContract } from '#test/unit/store/storeContract.ts';
import { openTestStore } from '#test/unit/store/testFiles.ts';

describe('store on a file', () => {
  const folder = temporaryFolders();
  storeContract(() => openTestStore(folder()));
});
