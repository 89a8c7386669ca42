"use client";

import { Component, type ReactNode } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";

type BoundaryProps = { readonly text: string; readonly children: ReactNode };

/**
 * When a message cannot be drawn, its text still can: as it was written, without marks. A class because React
 * has no other boundary.
 */
export class PlainTextBoundary extends Component<BoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <p className="plain" dir="auto">
        {showHidden(this.props.text)}
      </p>
    );
  }
}
