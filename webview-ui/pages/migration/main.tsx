// Where the Migration view begins.

import { createRoot } from 'react-dom/client';
import { MigrationSide } from '#ui/pages/migration/MigrationSide.tsx';
import { connection } from '#ui/rpc/core.ts';

connection.start();
const root = document.querySelector('#root');
if (root) createRoot(root).render(<MigrationSide />);
