// Where the dashboard's page begins.

import { createRoot } from 'react-dom/client';
import { Dashboard } from '#ui/pages/dashboard/Dashboard.tsx';
import { connection } from '#ui/rpc/core.ts';

connection.start();
const root = document.querySelector('#root');
if (root) createRoot(root).render(<Dashboard />);
