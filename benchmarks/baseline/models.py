"""The tables, as SQLAlchemy models."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The base class of the models."""

    type_annotation_map = {dict[str, Any]: JSONB, datetime: TIMESTAMP(timezone=True)}  # noqa: RUF012 - SQLAlchemy's way


class Student(Base):
    """A student of a class."""

    __tablename__ = "students"
    __table_args__ = (UniqueConstraint("class_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[str]
    user_id: Mapped[str]
    user_name: Mapped[str | None]


class Notebook(Base):
    """A notebook of a class."""

    __tablename__ = "notebooks"
    __table_args__ = (UniqueConstraint("class_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[str]
    path: Mapped[str]


class Cell(Base):
    """A cell of a notebook."""

    __tablename__ = "cells"
    __table_args__ = (UniqueConstraint("notebook_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notebook_id: Mapped[int] = mapped_column(ForeignKey("notebooks.id"))
    name: Mapped[str]
    position: Mapped[int | None]


class Execution(Base):
    """A cell that a student ran."""

    __tablename__ = "executions"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(index=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), index=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cells.id"), index=True)
    event_time: Mapped[datetime]
    has_error: Mapped[bool]
    payload: Mapped[dict[str, Any]]


class Progress(Base):
    """The progress of a student."""

    __tablename__ = "progress"

    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    runs: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    last_event: Mapped[datetime | None]
    cell_id: Mapped[int | None] = mapped_column(ForeignKey("cells.id"))
