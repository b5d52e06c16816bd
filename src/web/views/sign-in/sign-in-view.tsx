import { Empty } from '../../components/states.tsx'

export function SignInView() {
  return <Empty title="A credential is needed" />
}
