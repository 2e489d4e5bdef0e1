import { Component } from "preact";

/** Is drawn again only when something that it was given has changed: a thousand rows are not, sixty times a second. */
export abstract class Pure<Props extends object> extends Component<Props> {
  override shouldComponentUpdate(next: Readonly<Props>): boolean {
    const before = this.props as Readonly<Props>;
    return (Object.keys(next) as (keyof Props)[]).some((name) => next[name] !== before[name]);
  }
}
