"""What `mailbot demo` plays with: thirty-odd invented mails, in order of arrival, and the first signatures."""
