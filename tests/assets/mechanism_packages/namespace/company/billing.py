from company.mail.send import Sender
def charge(sender: Sender): sender.post()
