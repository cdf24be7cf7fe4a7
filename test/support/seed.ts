// Loaded before every unit test: `CAS_SEED` also holds for properties that name no seed.

import fc from 'fast-check';

const seed = process.env['CAS_SEED'];
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
