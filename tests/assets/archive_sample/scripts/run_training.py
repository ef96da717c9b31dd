from pkg import keeper, workflow


def main():
    models = workflow.train([1.0])
    keeper.save(models, "out")


if __name__ == "__main__":
    main()
