"""Where the bytes of documents are kept: a folder, or an object store; and the uploads that wait to be added."""
