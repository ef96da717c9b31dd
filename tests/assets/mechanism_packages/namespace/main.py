from company.billing import charge
import company.mail.send as send
def run():
    charge(send.Sender())
run()
