import { Empty } from '../../components/states.tsx'

export function CatalogueView() {
  return <Empty title="Catalogue" />
}
