import { Route, Routes } from 'react-router';
import { Layout } from './Layout';
import { Protected } from './Protected';
import { About, Contact, Home, NotFound, Products } from './pages/content';
import { Login } from './pages/Login';
import { SessionTimeout } from './pages/SessionTimeout';

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<Home />} />
        <Route path="home" element={<Home />} />
        <Route path="products" element={<Products />} />
        <Route element={<Protected />}>
          <Route path="about" element={<About />} />
          <Route path="contact" element={<Contact />} />
        </Route>
        <Route path="login" element={<Login />} />
        <Route path="session-timeout" element={<SessionTimeout />} />
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
