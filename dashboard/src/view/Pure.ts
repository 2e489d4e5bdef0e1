import { Component } from "preact";

/** Renders only when a prop has changed: a thousand rows must not render sixty times a second. */
export abstract class Pure<Props extends object> extends Component<Props> {
  override shouldComponentUpdate(next: Readonly<Props>): boolean {
    const before = this.props as Readonly<Props>;
    return (Object.keys(next) as (keyof Props)[]).some((name) => next[name] !== before[name]);
  }
}
