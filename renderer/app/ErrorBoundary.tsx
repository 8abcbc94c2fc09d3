import { Button } from '@fluentui/react-components';
import { Component, type ReactNode } from 'react';

interface Props {
  /** Name of the part of the screen, for the message. */
  readonly what: string;
  readonly children: ReactNode;
}

/** Keeps a fault in one part of the screen from taking the others along. */
export class ErrorBoundary extends Component<Props, { readonly message: string | undefined }> {
  override state = { message: undefined as string | undefined };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <div className="ca-fault" role="alert">
        <strong>{this.props.what} stopped working.</strong>
        <p>{message}</p>
        <Button size="small" onClick={() => this.setState({ message: undefined })}>
          Try again
        </Button>
      </div>
    );
  }
}
