// Commands around the product itself: keys, the log, a second try at starting.

import type { Command } from '#editor/commands/command.ts';
import { addKey } from '#editor/commands/keyCommand.ts';

export const setupCommands: readonly Command[] = [
  { id: 'cas.provider.addKey', needs: 'nothing', run: addKey },
  { id: 'cas.log.show', needs: 'nothing', run: async (editor) => editor.log.show() },
  {
    id: 'cas.core.retry',
    needs: 'nothing',
    run: async (editor) => {
      await editor.core.retry();
      await editor.model.refresh('agents', 'workflows', 'runs', 'proposals');
    },
  },
];
