import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { folderRecordings, recordingFromEnvironment } from '#node/ports/recordings.ts';
import { environmentSettings } from '#node/ports/settings.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

describe('recordings in a folder', () => {
  const temporaryFolder = temporaryFolders();

  it('are none while the folder is missing', async () => {
    const recordings = folderRecordings(path.join(temporaryFolder(), 'none'));
    assert.deepEqual([await recordings.providers(), await recordings.read('gemini/00')], [[], null]);
  });

  it('are kept under their provider, for the user alone', async () => {
    const folder = path.join(temporaryFolder(), 'new');
    const recordings = folderRecordings(folder);
    await recordings.write('gemini/00', 'first\n');
    await recordings.write('gemini/00', 'second\n');
    assert.deepEqual([await recordings.providers(), await recordings.read('gemini/00')], [['gemini'], 'second\n']);
    if (process.platform !== 'win32') assert.equal((await stat(path.join(folder, 'gemini', '00.jsonl'))).mode & 0o77, 0);
  });

  it('are replayed rather than recorded when the environment says both', () => {
    assert.deepEqual(recordingFromEnvironment({ CAS_REPLAY_FROM: 'a', CAS_RECORD_TO: 'b' }, '/ws'), {
      mode: 'replay',
      folder: path.resolve('/ws', 'a'),
    });
    assert.deepEqual(recordingFromEnvironment({ CAS_RECORD_TO: 'b' }, '/ws'), { mode: 'record', folder: path.resolve('/ws', 'b') });
    assert.equal(recordingFromEnvironment({}, '/ws'), undefined);
  });
});

describe('settings of providers from the environment', () => {
  it('set breakers, time limits and hedging with whole numbers above 0; anything else is left to the defaults', () => {
    const { breaker, callLimits, hedgeAfterMs } = environmentSettings({
      CAS_BREAKER_FAILURES: '3',
      CAS_BREAKER_OPEN_MS: '-1',
      CAS_IDLE_MS: '1000',
      CAS_CONNECT_MS: 'soon',
      CAS_HEDGE_AFTER_MS: '2000',
    });
    assert.deepEqual([breaker, callLimits, hedgeAfterMs], [{ failureThreshold: 3 }, { idleMs: 1000 }, 2000]);
    assert.equal(environmentSettings({}).hedgeAfterMs, undefined);
  });

  it('name endpoints and models, blank ones being unset, and an interface only when it is known', () => {
    const settings = environmentSettings({
      CAS_OPENAI_COMPATIBLE_URL: 'http://localhost:11434/v1',
      CAS_OPENAI_COMPATIBLE_MODEL: 'qwen3-coder',
      CAS_GEMINI_MODEL: '',
      GEMINI_BASE_URL: 'http://localhost:1',
      CAS_OPENAI_API: 'smoke signals',
    });
    const { compatibleUrl, compatibleModel, geminiModel, geminiBaseUrl, openaiApi } = settings;
    assert.deepEqual(
      { compatibleUrl, compatibleModel, geminiModel, geminiBaseUrl, openaiApi },
      {
        compatibleUrl: 'http://localhost:11434/v1',
        compatibleModel: 'qwen3-coder',
        geminiModel: undefined,
        geminiBaseUrl: 'http://localhost:1',
        openaiApi: undefined,
      },
    );
    assert.equal(environmentSettings({ CAS_OPENAI_API: 'responses' }).openaiApi, 'responses');
  });
});
