// Where the Review view begins.

import { createRoot } from 'react-dom/client';
import { Review } from '#ui/pages/review/Review.tsx';
import { connection } from '#ui/rpc/core.ts';

connection.start();
const root = document.querySelector('#root');
if (root) createRoot(root).render(<Review />);
