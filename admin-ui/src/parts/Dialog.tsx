import { Modal, type ModalProps } from '@mantine/core';
import { useWords } from '../words';

/** A dialog; its button that closes it has a name. */
export function Dialog(props: ModalProps) {
  const words = useWords();
  return <Modal closeButtonProps={{ 'aria-label': words.close }} {...props} />;
}
