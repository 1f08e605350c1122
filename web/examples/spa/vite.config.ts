import { example } from '../shared/vite.ts';

export default example('spa', ['login', 'protected', 'refresh', 'logout']);
