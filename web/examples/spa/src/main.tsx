import { start } from '../../shared/start';
import { App } from './App';
import { auth } from './auth';
import './styles.css';

start('Web App', auth, <App />);
