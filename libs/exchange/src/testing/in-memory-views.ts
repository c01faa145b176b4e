import { SavedViewStore, type SavedView } from '../ports/saved-view-store.port.ts';

export class InMemoryViews extends SavedViewStore {
  #views: readonly SavedView[] = [];

  override async put(view: SavedView, most: number): Promise<boolean> {
    const others = this.#views.filter(({ ownerId, name }) => ownerId !== view.ownerId || name !== view.name);
    if (others.filter(({ ownerId }) => ownerId === view.ownerId).length >= most) return false;
    this.#views = [...others, view];
    return true;
  }
  override async list(ownerId: string): Promise<readonly SavedView[]> {
    return this.#views.filter((view) => view.shared || view.ownerId === ownerId);
  }
  override async find(id: string): Promise<SavedView | undefined> {
    return this.#views.find((view) => view.id === id);
  }
  override async remove(id: string): Promise<boolean> {
    const before = this.#views.length;
    this.#views = this.#views.filter((view) => view.id !== id);
    return this.#views.length < before;
  }
}
